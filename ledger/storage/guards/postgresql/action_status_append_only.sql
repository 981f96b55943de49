-- Rows of action_status are written once, never changed, deleted nor replaced.
CREATE TRIGGER action_status_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.action_status
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
