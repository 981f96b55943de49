-- The totals of an account only grow, and only by a transfer not sealed yet.
CREATE TRIGGER account_credit_grows BEFORE UPDATE OF credit ON account
BEGIN
    SELECT RAISE(ABORT, 'cofiville:account totals follow transfers') WHERE NEW.credit < OLD.credit
        OR NOT EXISTS ( SELECT 1 FROM transfer WHERE contract = NEW.contract AND credit_account = NEW.id
        AND sequence > coalesce((SELECT sequence FROM chain_head WHERE contract = NEW.contract), 0));
END;

CREATE TRIGGER account_debit_grows BEFORE UPDATE OF debit ON account
BEGIN
    SELECT RAISE(ABORT, 'cofiville:account totals follow transfers') WHERE NEW.debit < OLD.debit OR NOT EXISTS (
        SELECT 1 FROM transfer WHERE contract = NEW.contract AND debit_account = NEW.id
        AND sequence > coalesce((SELECT sequence FROM chain_head WHERE contract = NEW.contract), 0));
END;
