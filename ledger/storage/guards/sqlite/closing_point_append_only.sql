-- Rows of closing_point are written once, never changed, deleted nor replaced.
CREATE TRIGGER closing_point_new BEFORE INSERT ON closing_point
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_point already exists') FROM closing_point
        WHERE contract = NEW.contract AND year = NEW.year AND rank = NEW.rank;
END;

CREATE TRIGGER closing_point_no_delete BEFORE DELETE ON closing_point
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_point is append-only');
END;

CREATE TRIGGER closing_point_no_update BEFORE UPDATE ON closing_point
BEGIN
    SELECT RAISE(ABORT, 'cofiville:closing_point is append-only');
END;
