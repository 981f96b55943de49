-- An account is never deleted.
CREATE TRIGGER account_stays BEFORE DELETE ON account
BEGIN
    SELECT RAISE(ABORT, 'cofiville:account is never deleted');
END;
