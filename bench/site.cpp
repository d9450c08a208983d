#include "bench.hpp"

namespace yuanliu::bench {

Site::Site(const Settings& settings, std::int64_t units)
    : settings_(settings), data_(prepare(settings.cache, settings.binary, units)), folder_(settings.cache) {
    for (const char* name : {"yuanliu.db", "secrets.toml"})
        std::filesystem::copy_file(data_.folder / name, folder() / name);
    start();
}

void Site::start() { server_ = std::make_unique<Yuanliu>(settings_.binary, folder()); }

}  // namespace yuanliu::bench
