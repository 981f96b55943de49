-- Rows of avenant are written once, never changed, deleted nor replaced.
CREATE TRIGGER avenant_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.avenant FOR EACH STATEMENT
    EXECUTE FUNCTION cofiville_refuse();
