-- Transfers are written once, never changed nor deleted.
CREATE TRIGGER transfer_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.transfer FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_refuse();
