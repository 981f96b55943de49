-- Rows of saved_profile are written once, never changed, deleted nor replaced.
CREATE TRIGGER saved_profile_new BEFORE INSERT ON saved_profile
BEGIN
    SELECT RAISE(ABORT, 'cofiville:saved_profile already exists') FROM saved_profile
        WHERE "contract" = NEW."contract" AND "name" = NEW."name" AND "version" = NEW."version";
END;

CREATE TRIGGER saved_profile_no_delete BEFORE DELETE ON saved_profile
BEGIN
    SELECT RAISE(ABORT, 'cofiville:saved_profile is append-only');
END;

CREATE TRIGGER saved_profile_no_update BEFORE UPDATE ON saved_profile
BEGIN
    SELECT RAISE(ABORT, 'cofiville:saved_profile is append-only');
END;
