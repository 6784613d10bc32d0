-- What was encrypted to a recipient until it has left whole: OpenPGP never gives the same bytes twice, and what is sent must be what the
-- manifest and the ledger say, also when a push breaks off and is taken up again. Emptied by the push.
create table exchange.sealed (
    product text not null,
    release text not null,
    recipient text not null,
    file text not null,
    plain_sha256 text not null,
    content bytea not null,
    primary key (product, release, recipient, file)
);

-- The hash of the files, in clear, that have left, and what was read back from the recipient's server after they were written.
alter table evaluation.release add column left_sha256 text;
alter table evaluation.release add column receipt jsonb;
