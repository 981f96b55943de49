-- Rows of decision are written once, never changed, deleted nor replaced.
CREATE TRIGGER decision_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.decision FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_refuse();
