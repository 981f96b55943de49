-- Rows of scenario_entry are written once, never changed, deleted nor replaced.
CREATE TRIGGER scenario_entry_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.scenario_entry
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
