"""Originals of pictures for newsrooms, behind addresses that only their mails tell, open before anything is public."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from publisher.web.typeset import NEVER_KEPT
from publisher.workflow.compose.enclosures import press_picture
from publisher.workflow.office import Office


def press_routes(office: Office) -> list[BaseRoute]:
    """The addresses that `publisher.workflow.compose.enclosures.picture_link` gives out."""

    def picture(request: Request) -> Response:
        found = press_picture(office, request.path_params["token"])
        if found is None:
            raise HTTPException(404)
        media_type, data = found
        return Response(data, media_type=media_type, headers={**NEVER_KEPT, "content-disposition": "attachment"})

    return [Route("/press/pictures/{token}", picture)]
