-- Rows of plan_line are written once, never changed, deleted nor replaced.
CREATE TRIGGER plan_line_once BEFORE INSERT ON plan_line
BEGIN
    SELECT RAISE(ABORT, 'cofiville:plan_line already exists') FROM plan_line WHERE contract = NEW.contract
        AND action = NEW.action AND version = NEW.version AND rank = NEW.rank;
END;

CREATE TRIGGER plan_line_no_delete BEFORE DELETE ON plan_line
BEGIN
    SELECT RAISE(ABORT, 'cofiville:plan_line is append-only');
END;

CREATE TRIGGER plan_line_no_update BEFORE UPDATE ON plan_line
BEGIN
    SELECT RAISE(ABORT, 'cofiville:plan_line is append-only');
END;
