-- Rows of closing_decision are written once, never changed, deleted nor replaced.
CREATE TRIGGER closing_decision_new BEFORE INSERT ON closing_decision
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_decision already exists') FROM closing_decision
        WHERE contract = NEW.contract AND year = NEW.year AND line = NEW.line AND position = NEW.position
        AND convention = NEW.convention AND action = NEW.action AND rank = NEW.rank;
END;

CREATE TRIGGER closing_decision_no_delete BEFORE DELETE ON closing_decision
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_decision is append-only');
END;

CREATE TRIGGER closing_decision_no_update BEFORE UPDATE ON closing_decision
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_decision is append-only');
END;
