// The edge's end of the Hub: what a WebSocket client of /api/live/ says.
#pragma once

#include "platform/auth/identities.hpp"
#include "platform/db/clock.hpp"
#include "platform/http/http.hpp"
#include "platform/live/live.hpp"

namespace yuanliu {

// A client says who it is, {"token": "ACCESS", "language": "en"}, and says so again before the token ends. `language`
// is optional (else the handshake's Accept-Language). {"type": "…"} without a token is heard and ignored, so that
// scripts may answer pings; anything else is closed with 4400. All arguments outlive the server.
std::shared_ptr<http::SocketEvents> make_live_client(live::Hub& hub, Identities& identities, const DatabaseClock& clock,
                                                     const http::Request& request);

}  // namespace yuanliu
