-- A scenario that is validated never changes.
CREATE OR REPLACE FUNCTION public.cofiville_scenario_frozen()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
    BEGIN
      IF OLD.validated_on IS NOT NULL OR (NEW.contract, NEW.name, NEW.year, NEW.rules_on, NEW.inputs,
        NEW.inputs_hash, NEW.note, NEW.created_by, NEW.created_at)
         IS DISTINCT FROM (OLD.contract, OLD.name, OLD.year, OLD.rules_on, OLD.inputs, OLD.inputs_hash,
           OLD.note, OLD.created_by, OLD.created_at) THEN
        RAISE EXCEPTION 'cofiville:a scenario is frozen' USING ERRCODE = 'integrity_constraint_violation';
      END IF;
      RETURN NEW;
    END $function$;

CREATE TRIGGER scenario_frozen BEFORE UPDATE ON public.scenario FOR EACH ROW
    EXECUTE FUNCTION cofiville_scenario_frozen();
