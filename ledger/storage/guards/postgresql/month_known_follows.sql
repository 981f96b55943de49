-- Up to which entry months are counted is moved by the head of the chain alone.
CREATE TRIGGER month_known_follows BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.month_known
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_months_follow();
