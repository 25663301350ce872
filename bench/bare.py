"""What our door is compared to: a bare Litestar handler that does the same INSERT of post and job, and nothing else.

`python -m bench.bare PORT`, with the database's address in DATABASE_URL and the ids of clinic and organisation as JSON
on standard input. The same server, driver, pool and role as ours.
"""

import asyncio
import hashlib
import json
import os
import sys
from typing import Any
from uuid import UUID

from litestar import Litestar, post
from sqlalchemy import text

from api.serving import serve
from copilot.store import Store

_POST = text(
    """
    INSERT INTO post (clinic_id, text, author, platform, external_id, url, thread, captured_by, case_ref, received_at,
                      sha256, same_text)
    VALUES (:clinic_id, :text, :author, :platform, '', '', '[]', '', '', now(), :sha256, :sha256) RETURNING post_id
    """
)
_JOB = text(
    """
    INSERT INTO procrastinate_jobs (queue_name, task_name, args, scheduled_at)
    VALUES ('bare', 'bare', jsonb_build_object('post', CAST(:post AS text)), now() + interval '1 day')
    """
)


def _app(store: Store, organisation_id: UUID, clinic_id: str) -> Litestar:
    @post("/bare")
    async def insert(data: dict[str, Any]) -> dict[str, str]:
        digest = hashlib.sha256(data["text"].encode()).hexdigest()
        values = {
            "clinic_id": clinic_id,
            "text": data["text"],
            "author": data["author"],
            "platform": data["platform"],
            "sha256": digest,
        }
        async with store.transaction(organisation_id) as tx:
            row = await tx.row(_POST, values)
            post_id = str(row.post_id) if row else ""
            await tx.run(_JOB, {"post": post_id})
        return {"id": post_id}

    return Litestar([insert], logging_config=None)


async def _serve(port: int) -> None:
    ids = json.loads(sys.stdin.readline())
    store = Store(os.environ["DATABASE_URL"])

    async def ready() -> None:
        print("ready", flush=True)

    await serve(_app(store, UUID(ids["organisation"]), ids["clinic"]), "127.0.0.1", port, ready)
    await store.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
