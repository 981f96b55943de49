-- Rows of closing_balance are written once, never changed, deleted nor replaced.
CREATE TRIGGER closing_balance_new BEFORE INSERT ON closing_balance
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_balance already exists') FROM closing_balance
        WHERE contract = NEW.contract AND year = NEW.year;
END;

CREATE TRIGGER closing_balance_no_delete BEFORE DELETE ON closing_balance
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_balance is append-only');
END;

CREATE TRIGGER closing_balance_no_update BEFORE UPDATE ON closing_balance
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_balance is append-only');
END;
