-- Which feeds are old, and how many households does that leave uncertain?
--
-- Feeds of the newest month for which nothing newer came, with the month that stands in; and the authority's households that were not
-- found eligible on such feeds, by the framework in force there: some of them may be.
-- As: analyst
select
    feed.partner_code,
    feed.feed,
    feed.source_period as newest,
    month.n_not_eligible_stale as n_households_uncertain,
    month.n_households
from marts.fct_feed_month as feed
left join marts.dim_authority as authority on feed.partner_code = authority.authority_code
left join marts.fct_authority_month as month
    on
        feed.period = month.period
        and authority.authority_code = month.authority_code
        and authority.framework_code = month.framework_code
where feed.is_stale and feed.period = (select max(newest.period) from marts.fct_authority_month as newest)
order by feed.partner_code, feed.feed;
