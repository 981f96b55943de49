-- Rows of closing_decision are written once, never changed, deleted nor replaced.
CREATE TRIGGER closing_decision_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.closing_decision
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
