// Where one-time codes go while no SMS or mail gateway is configured: a file that only the operator can read.
#pragma once

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/disk.hpp"
#include "modules/identity/identity.hpp"

namespace yuanliu::app {

class MessageFile : public identity::CodeSender {
 public:
    explicit MessageFile(std::string path) : path_(std::move(path)) {}

    // After the commit: a code that was never stored must not be told. Lost in a crash in between, it is asked for
    // again.
    void send(Tx& tx, identity::Channel channel, std::string_view target, std::string_view code) override {
        tx.after_commit(
            [path = path_, line = fmt::format("{} {} {} {}\n", tx.now().ms, name_of(channel), target, code)] {
                int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
                if (fd < 0) return;
                disk::write_whole(Files::real(), fd, line);
                ::close(fd);
            });
    }

 private:
    std::string path_;
};

}  // namespace yuanliu::app
