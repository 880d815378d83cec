"""python bursts.py requests|aiohttp URL PIN SOCKETS COUNT PAUSE: what bursts.cjs does, by clients for Python."""

import asyncio
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import aiohttp
import requests


def by_requests(url, sockets, count, pause):
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=sockets))

    def ask(i):
        try:
            return session.request(*question(i, sockets), **body(i, sockets), timeout=30).status_code
        except requests.RequestException as error:
            return str(error)

    def question(i, sockets):
        return ("GET" if i % sockets % 2 else "PUT"), url

    found = []
    with ThreadPoolExecutor(sockets) as pool:
        while len(found) < count:
            start = time.monotonic()
            found += pool.map(ask, range(len(found), min(count, len(found) + sockets)))
            time.sleep(max(0, pause - (time.monotonic() - start)))
    return found


def body(i, sockets):
    return {} if i % sockets % 2 else {"json": {"state": i // 2 % 2}}


async def by_aiohttp(url, sockets, count, pause):
    async def ask(i):
        try:  # POST: aiohttp asks again by itself when a PUT was lost
            async with session.request("GET" if i % sockets % 2 else "POST", url, **body(i, sockets)) as answer:
                await answer.read()
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            return repr(error)

    found = []
    connector = aiohttp.TCPConnector(limit=sockets)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(30)) as session:
        while len(found) < count:
            start = time.monotonic()
            found += await asyncio.gather(*map(ask, range(len(found), min(count, len(found) + sockets))))
            await asyncio.sleep(max(0, pause - (time.monotonic() - start)))
    return found


if __name__ == "__main__":
    kind, base, pin, *numbers = sys.argv[1:]
    sockets, count, pause = int(numbers[0]), int(numbers[1]), float(numbers[2])
    url = f"{base}/gpio/{pin}"
    told = asyncio.run(by_aiohttp(url, sockets, count, pause)) if kind == "aiohttp" else by_requests(url, sockets, count, pause)
    print(json.dumps(told))
