-- Rows of decision_amount are written once, never changed, deleted nor replaced.
CREATE TRIGGER decision_amount_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.decision_amount
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
