-- Rows of avis are written once, never changed, deleted nor replaced.
CREATE TRIGGER avis_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.avis FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_refuse();
