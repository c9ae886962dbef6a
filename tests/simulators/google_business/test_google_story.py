"""One client from its first sign-in to a reply that is live, written from the reference alone; and many at once."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
from tests.simulators.google_business.driver import Google
from tests.simulators.google_business.receiver import receiving

from amends.simulators.google_business.cast import CLIENT_ID, CLIENT_SECRET, VENDOR_TOPIC

BACK = "http://127.0.0.1:8000/back"
SCOPE = "https://www.googleapis.com/auth/business.manage"


class Client:
    """Refreshes its token once on 401, as 1.11 asks."""

    def __init__(self, address: str, refresh: str) -> None:
        self.http = httpx2.Client(base_url=address, timeout=60, trust_env=False)
        self.refresh, self.token = refresh, "none yet"

    def call(self, method: str, path: str, **more: Any) -> httpx2.Response:
        answer = self._once(method, path, **more)
        if answer.status_code == 401:
            form = {"grant_type": "refresh_token", "refresh_token": self.refresh}
            form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
            self.token = self.http.post("/token", data=form).raise_for_status().json()["access_token"]
            answer = self._once(method, path, **more)
        return answer

    def _once(self, method: str, path: str, **more: Any) -> httpx2.Response:
        return self.http.request(method, path, headers={"Authorization": f"Bearer {self.token}"}, **more)

    def all(self, path: str, name: str, **query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = self.call("GET", path, params=query).raise_for_status().json()
            found += page.get(name, [])
            if not page.get("nextPageToken"):
                return found
            query["pageToken"] = page["nextPageToken"]


def signed_in(google: Google) -> Client:
    with httpx2.Client(base_url=google.server.url, timeout=60, trust_env=False) as browser:
        asked = {"client_id": CLIENT_ID, "redirect_uri": BACK, "response_type": "code", "scope": SCOPE, "state": "s"}
        asked |= {"access_type": "offline", "prompt": "consent"}
        assert browser.get("/o/oauth2/v2/auth", params=asked).status_code == 200
        answer = browser.post("/o/oauth2/v2/auth", data={**asked, "decision": "allow"})
        code = parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        form |= {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}
        return Client(google.server.url, browser.post("/token", data=form).json()["refresh_token"])


def test_from_the_first_sign_in_to_a_reply_that_is_live(google: Google) -> None:
    client = signed_in(google)
    offices = {}
    for account in client.all("/v1/accounts", "accounts"):
        mask = {"readMask": "name,title,storeCode,metadata"}
        for office in client.all(f"/v1/{account['name']}/locations", "locations", **mask):
            if office.get("storeCode"):
                offices[office["storeCode"]] = f"{account['name']}/{office['name']}"
    assert len(offices) == 14
    place = offices["lakeside"]
    known = {one["name"]: one["updateTime"] for one in client.all(f"/v4/{place}/reviews", "reviews")}
    with receiving(google) as endpoint:
        google.control("reviews", location="lakeside", stars=1, text="Nobody called.", reviewer="Jen M")
        message = endpoint.until(1)[0]
    names = base64.b64decode(message.message["data"]).decode() + json.dumps(message.message["attributes"])
    (new,) = [one for one in client.all(f"/v4/{place}/reviews", "reviews") if one["name"] not in known]
    assert new["name"] in names
    google.move_clock(hours=2)  # the access token is good no more
    reply = client.call("PUT", f"/v4/{new['name']}/reply", json={"comment": "We read every comment."})
    assert (reply.status_code, reply.json()["reviewReplyState"]) == (200, "PENDING")
    google.control("moderate", review=new["name"], state="APPROVED")
    again = client.call("GET", f"/v4/{new['name']}").json()
    assert again["reviewReply"]["reviewReplyState"] == "APPROVED"
    client.http.close()


def test_a_client_can_see_that_somebody_else_listens(google: Google) -> None:
    client = signed_in(google)
    topics = {}
    for account in client.all("/v1/accounts", "accounts"):
        setting = client.call("GET", f"/v1/{account['name']}/notificationSetting").json()
        topics[account["accountName"]] = setting.get("pubsubTopic", "")
    assert topics == {"Alex Marsh": "", "Bluebell & Finch Dental": "", "Fern Hollow Dental": VENDOR_TOPIC}
    client.http.close()


def test_many_at_once_are_one_after_another(google: Google) -> None:
    name = google.write()
    place = name.rpartition("/reviews/")[0]
    before = len(google.reviews(place))
    together = threading.Barrier(8)

    def work(number: int) -> set[int]:
        together.wait()
        statuses = set()
        for turn in range(5):
            statuses.add(google.reply(name, f"{number}/{turn}").status)
            statuses.add(google.call("GET", f"/v4/{place}/reviews").status)
            google.write(stars=3)
            statuses.add(google.http("GET", "/").status)
        return statuses

    with ThreadPoolExecutor(8) as pool:
        assert set.union(*pool.map(work, range(8))) == {200}
    assert len(google.reviews(place)) == before + 40
    assert google.review(name)["reviewReply"]["comment"].endswith("/4")
