-- A scenario is never deleted.
CREATE TRIGGER scenario_append_only BEFORE DELETE OR TRUNCATE ON public.scenario FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_refuse();
