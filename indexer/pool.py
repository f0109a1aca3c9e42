"""Connections to PostgreSQL that are kept: how they are made, and whether one still lives."""

from select import select

from psycopg2.extensions import connection as Connection  # noqa: N812 -- psycopg2 names its class in small letters
from psycopg2.pool import ThreadedConnectionPool

from indexer import tables

#: No query of ours takes long; one that does must not hold a request for ever.
STATEMENT_TIMEOUT_MS = 30_000
CONNECT_TIMEOUT_S = 5

#: So long PostgreSQL may leave on the network what we send without a word.
SILENT_MS = 15_000
MOST_CONNECTIONS = 16


def opened(dsn: str) -> ThreadedConnectionPool:
    """Return a pool; a connection is made when it is needed."""
    pool = ThreadedConnectionPool(
        0,
        MOST_CONNECTIONS,
        dsn,
        application_name="hepatia",
        connect_timeout=CONNECT_TIMEOUT_S,
        # A network that is cut says nothing: without these a request would wait for a quarter of an hour.
        tcp_user_timeout=SILENT_MS,
        keepalives_idle=10,
        keepalives_interval=5,
        keepalives_count=3,
        options=f"-c search_path={tables.SCHEMA} -c statement_timeout={STATEMENT_TIMEOUT_MS} -c synchronous_commit=off",
    )
    # Else the pool closes whatever is given back.
    pool.minconn = MOST_CONNECTIONS
    return pool


def living(pool: ThreadedConnectionPool) -> Connection:
    """Return a connection whose server has not gone away meanwhile: then its socket has something to say."""
    while True:
        connection: Connection = pool.getconn()
        if not select([connection], [], [], 0)[0]:
            return connection
        pool.putconn(connection, close=True)
