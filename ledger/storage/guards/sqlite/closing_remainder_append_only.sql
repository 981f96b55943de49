-- Rows of closing_remainder are written once, never changed, deleted nor replaced.
CREATE TRIGGER closing_remainder_new BEFORE INSERT ON closing_remainder
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_remainder already exists') FROM closing_remainder
        WHERE contract = NEW.contract AND year = NEW.year AND line = NEW.line AND position = NEW.position
        AND convention = NEW.convention AND action = NEW.action;
END;

CREATE TRIGGER closing_remainder_no_delete BEFORE DELETE ON closing_remainder
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_remainder is append-only');
END;

CREATE TRIGGER closing_remainder_no_update BEFORE UPDATE ON closing_remainder
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_remainder is append-only');
END;
