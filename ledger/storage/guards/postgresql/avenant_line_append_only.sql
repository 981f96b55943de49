-- Rows of avenant_line are written once, never changed, deleted nor replaced.
CREATE TRIGGER avenant_line_append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.avenant_line
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_refuse();
