-- Rows of pin are written once, never changed, deleted nor replaced.
CREATE TRIGGER pin_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.pin FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_refuse();
