-- A scenario is never deleted.
CREATE TRIGGER scenario_no_delete BEFORE DELETE ON scenario
BEGIN
    SELECT RAISE(ABORT, 'cofiville:scenario is append-only');
END;
