// Every limit of the HTTP edge, once. Anything a stranger can make us hold, wait for or compute is bounded here.
#pragma once

#include <cstddef>
#include <cstdint>

namespace yuanliu::http {

struct Limits {
    // The head of a request.
    std::size_t head_bytes = 16 * 1024;   // request line and headers together; beyond it 431
    std::size_t target_bytes = 8 * 1024;  // the request target; beyond it 414
    std::size_t header_count = 100;       // header lines; beyond it 431

    // The body. How many bytes a body may have is the handler's BodyRule; these bound what surrounds it.
    std::size_t chunk_head_bytes = 1024;        // one chunk's size line with its extensions; beyond it 400
    std::uint64_t bodies_bytes = 256ull << 20;  // bodies held in memory by one I/O thread together; beyond it 503
    std::uint64_t discard_bytes = 64 * 1024;    // unread body swallowed to keep a connection; beyond it we close
    std::size_t part_head_bytes = 8 * 1024;     // the headers of one multipart part; beyond it 400
    std::uint64_t uploads_bytes = 16ull << 30;  // uploaded files on disk, of all connections together; beyond it 503
    std::uint64_t disk_spare_bytes = 512ull << 20;  // what uploads leave free, on a small disk a twentieth; else 507

    // Time of each phase. A phase's deadline is set once; only bytes really moved earn more time, at `rate_bytes_s`.
    std::int64_t tls_ms = 10'000;       // the TLS handshake
    std::int64_t tls_look_ms = 10'000;  // how often the certificate's files are looked at, for a renewed one
    std::int64_t head_ms = 10'000;      // from the first byte (or the accept) to the end of the head; never renewed
    std::int64_t body_ms = 10'000;      // the body, besides what its bytes earn
    std::int64_t body_earned_ms = 14'400'000;  // but they earn no more than this: 8 GB at 5 Mbit/s
    std::int64_t write_ms = 30'000;            // taking our answer, besides what its bytes earn
    std::int64_t rate_bytes_s = 4096;          // slower than this on average is a slow-loris, not a slow line
    std::int64_t idle_ms = 60'000;             // between two requests of one connection
    std::int64_t answer_ms = 60'000;           // the handler's own time; beyond it 503
    std::int64_t stranger_ms = 1'000;          // at the cap, who has connected and said nothing for so long goes first
    std::int64_t linger_ms = 2'000;            // hearing a refused client out, so that it can read why
    std::int64_t drain_grace_ms = 300;   // while draining, an idle connection may still send the request under way
    std::int64_t age_ms = 600'000;       // a connection older than this is closed after its next answer
    std::int64_t sweep_ms = 200;         // how coarse all these are: one timer per I/O thread looks at every deadline
    std::int64_t accept_pause_ms = 100;  // rest after a failed accept
    std::int64_t slow_handler_ms = 50;   // a handler that holds the I/O thread longer is logged
    std::uint32_t requests = 100'000;    // requests of one connection; far above what balancing needs
    std::int64_t user_timeout_ms = 30'000;  // TCP_USER_TIMEOUT: unacknowledged bytes older than this end the socket

    // Connections.
    std::size_t connections = 10'000;            // all together; lowered to fit the fd limit less `reserved_fds`
    std::size_t connections_per_address = 1024;  // one IPv4 address or IPv6 /64; trusted proxies are exempt; 0: no cap
    std::size_t reserved_fds = 256;  // kept for the database, logs and uploads (at most half of the fd limit)
    int backlog = 4096;              // the kernel's accept queue of each listener

    // WebSockets.
    std::size_t sockets = 5'000;                   // all together, out of `connections`; beyond it 503
    std::size_t sockets_per_address = 256;         // of one client, as proxies name it; beyond it 429; 0: no cap
    std::size_t socket_message_bytes = 16 * 1024;  // one message of a client; beyond it closed with 1009
    std::size_t socket_queue_bytes = 256 * 1024;   // what waits to be sent to one client; beyond it closed with 1013
    std::uint64_t sockets_bytes = 64ull << 20;     // what waits on one I/O thread together; beyond it the same
    std::uint32_t socket_frames = 600;             // frames of one client in `socket_frames_ms`; beyond it closed: 1008
    std::int64_t socket_frames_ms = 60'000;
    std::int64_t socket_ping_ms = 25'000;  // a client that was silent for so long is asked whether it lives
    std::int64_t socket_pong_ms = 10'000;  // and has so long to answer
    std::int64_t socket_close_ms = 3'000;  // between our goodbye and the end, whatever the client does

    // Memory and work of one answer.
    std::size_t linger_bytes = 1 << 20;         // heard out from a refused client, at most
    std::size_t idle_buffer_bytes = 2048;       // input buffer an idle connection keeps
    std::size_t body_buffer_bytes = 64 * 1024;  // input buffer while a body arrives, and a file leaves
    std::size_t coalesce_bytes = 64 * 1024;     // pipelined answers gathered before they are sent
    std::size_t gzip_min_bytes = 1024;          // smaller bodies are not worth the work
    std::size_t gzip_max_bytes = 1 << 20;       // larger ones would hold the I/O thread for too long
};

}  // namespace yuanliu::http
