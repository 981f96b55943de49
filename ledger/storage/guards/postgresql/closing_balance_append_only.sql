-- Rows of closing_balance are written once, never changed, deleted nor replaced.
CREATE TRIGGER closing_balance_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.closing_balance
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
