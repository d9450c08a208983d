#include "modules/backups/shelf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "base/time.hpp"

namespace yuanliu::backups {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view ending = ".tar";
constexpr std::string_view pattern = "00000000-000000-";  // a digit for each 0
constexpr auto litter_age = std::chrono::hours(24);

std::string stamp(Time at) {
    // 2026-11-20T21:25:03Z
    std::string out;
    for (char c : format_rfc3339(Time{at.ms - at.ms % second_ms})) {
        if (c == 'T') out += '-';
        if (c >= '0' && c <= '9') out += c;
    }
    return out;
}

std::optional<Time> time_of(std::string_view s) {
    return parse_rfc3339(fmt::format("{}-{}-{}T{}:{}:{}Z", s.substr(0, 4), s.substr(4, 2), s.substr(6, 2),
                                     s.substr(9, 2), s.substr(11, 2), s.substr(13, 2)));
}

std::optional<BackupKind> kind_of(std::string_view word) {
    for (auto kind : {BackupKind::manual, BackupKind::scheduled, BackupKind::uploaded, BackupKind::safety})
        if (name_of(kind) == word) return kind;
    return {};
}

}  // namespace

fs::path path_of(const Site& site, const BackupName& name) { return site.shelf() / name.value; }

BackupName new_name(const Site& site, BackupKind kind, Time now) {
    for (;; now.ms += second_ms) {
        auto name = fmt::format("{}-{}{}", stamp(now), name_of(kind), ending);
        if (!fs::exists(site.shelf() / name)) return name;
    }
}

std::optional<BackupItem> item_of(const Site& site, std::string_view name) {
    if (name.size() <= pattern.size() + ending.size() || !name.ends_with(ending)) return {};
    for (std::size_t i = 0; i < pattern.size(); ++i)
        if (pattern[i] == '0' ? name[i] < '0' || name[i] > '9' : name[i] != pattern[i]) return {};
    const auto at = time_of(name);
    const auto kind = kind_of(name.substr(pattern.size(), name.size() - pattern.size() - ending.size()));
    std::error_code gone;
    const auto bytes = fs::file_size(site.shelf() / name, gone);
    if (!at || !kind || gone) return {};
    BackupItem item{name, *at, std::int64_t(bytes), *kind};
    if (auto label = label_of(site.shelf() / name)) {
        item.made_at = label->made_at;
        item.dialect = label->dialect;
        item.version = std::move(label->version);
        if (!label->made_by.empty()) item.made_by = std::move(label->made_by);
        item.fits = site.sqlite() == (label->dialect == DatabaseKind::sqlite);
    }
    return item;
}

std::vector<BackupItem> items(const Site& site) {
    std::vector<BackupItem> out;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator(site.shelf(), none))
        if (auto item = item_of(site, entry.path().filename().string())) out.push_back(std::move(*item));
    std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.name > b.name; });
    return out;
}

std::int64_t prune(const Site& site, BackupKind kind, std::size_t keep) {
    std::int64_t gone = 0;
    for (const auto& item : items(site)) {
        if (item.kind != kind) continue;
        if (keep > 0)
            --keep;
        else
            gone += fs::remove(path_of(site, item.name));
    }
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(site.shelf(), failed)) {
        if (item_of(site, entry.path().filename().string())) continue;
        const auto written = fs::last_write_time(entry.path(), failed);
        if (!failed && fs::file_time_type::clock::now() - written > litter_age) fs::remove_all(entry.path(), failed);
    }
    return gone;
}

}  // namespace yuanliu::backups
