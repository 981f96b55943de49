-- The totals of months are moved by the head of the chain alone.
CREATE TRIGGER month_total_follows BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON public.month_total
    FOR EACH STATEMENT EXECUTE FUNCTION cofiville_months_follow();
