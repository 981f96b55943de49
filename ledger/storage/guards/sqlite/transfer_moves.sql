-- A transfer moves the totals of its two accounts, which are there, as its entry is, not sealed yet.
CREATE TRIGGER transfer_moves AFTER INSERT ON transfer
BEGIN
    SELECT RAISE(ABORT, 'cofiville:entry already sealed') FROM chain_head WHERE contract = NEW.contract
        AND sequence >= NEW.sequence;
    SELECT RAISE(ABORT, 'cofiville:transfer without entry') WHERE NOT EXISTS (SELECT 1 FROM entry
        WHERE contract = NEW.contract AND sequence = NEW.sequence);
    UPDATE account SET debit = debit + NEW.amount WHERE contract = NEW.contract AND id = NEW.debit_account;
    SELECT RAISE(ABORT, 'cofiville:transfer without account') WHERE changes() <> 1;
    UPDATE account SET credit = credit + NEW.amount WHERE contract = NEW.contract AND id = NEW.credit_account;
    SELECT RAISE(ABORT, 'cofiville:transfer without account') WHERE changes() <> 1;
END;
