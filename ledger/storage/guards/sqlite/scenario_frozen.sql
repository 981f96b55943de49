-- A scenario that is validated never changes.
CREATE TRIGGER scenario_frozen BEFORE UPDATE ON scenario
WHEN OLD.validated_on IS NOT NULL OR NEW.contract <> OLD.contract OR NEW.name <> OLD.name
    OR NEW.year <> OLD.year OR NEW.rules_on <> OLD.rules_on OR NEW.inputs <> OLD.inputs
    OR NEW.inputs_hash <> OLD.inputs_hash OR NEW.note <> OLD.note OR NEW.created_by <> OLD.created_by
    OR NEW.created_at <> OLD.created_at
BEGIN
    SELECT RAISE(ABORT, 'cofiville:a scenario is frozen');
END;
