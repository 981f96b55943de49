-- An account starts empty, in a contract of the base, and there is one for each key.
CREATE TRIGGER account_new BEFORE INSERT ON account
BEGIN
    SELECT RAISE(ABORT, 'cofiville:an account starts empty') WHERE NEW.debit <> 0 OR NEW.credit <> 0;
    SELECT RAISE(ABORT, 'cofiville:account already exists') FROM account WHERE contract = NEW.contract
        AND id = NEW.id;
    SELECT RAISE(ABORT, 'cofiville:account already exists') FROM account WHERE contract = NEW.contract
        AND position = NEW.position AND line = NEW.line AND year = NEW.year AND convention = NEW.convention
        AND action = NEW.action;
END;
