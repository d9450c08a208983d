#include "platform/http/assets.hpp"

#include <string>
#include <unordered_map>

#include "platform/http/coding.hpp"

namespace yuanliu::http {
namespace {

std::string_view opaque(std::string_view tag) {
    while (!tag.empty() && (tag.front() == ' ' || tag.front() == '\t')) tag.remove_prefix(1);
    while (!tag.empty() && (tag.back() == ' ' || tag.back() == '\t')) tag.remove_suffix(1);
    if (tag.substr(0, 2) == "W/") tag.remove_prefix(2);
    if (tag.size() >= 2 && tag.front() == '"' && tag.back() == '"') tag = tag.substr(1, tag.size() - 2);
    return tag;
}

bool holds(std::string_view if_none_match, std::string_view etag) {
    while (!if_none_match.empty()) {
        const std::size_t comma = if_none_match.find(',');
        const std::string_view tag = opaque(if_none_match.substr(0, comma));
        if (tag == "*" || (!tag.empty() && tag == etag)) return true;
        if_none_match = comma == std::string_view::npos ? std::string_view{} : if_none_match.substr(comma + 1);
    }
    return false;
}

}  // namespace

struct AssetTable::Impl {
    std::unordered_map<std::string_view, const Asset*> by_path;
};

AssetTable::AssetTable(std::span<const Asset> assets) : impl_(std::make_unique<Impl>()) {
    impl_->by_path.reserve(assets.size());
    for (const Asset& asset : assets) impl_->by_path.emplace(asset.path, &asset);
}
AssetTable::~AssetTable() = default;

const Asset* AssetTable::find(std::string_view path) const {
    const auto found = impl_->by_path.find(path);
    return found == impl_->by_path.end() ? nullptr : found->second;
}

Answer answer_asset(const Asset& asset, const Request& request) {
    Answer answer;
    answer.gzip_ok = false;  // it comes compressed or not at all
    answer.content_type = asset.content_type;
    const std::string_view tag = opaque(asset.etag);
    // Weak, because the forms differ in their bytes.
    answer.headers.emplace_back("ETag", "W/\"" + std::string(tag) + "\"");
    answer.headers.emplace_back("Cache-Control", asset.immutable ? "public, max-age=31536000, immutable" : "no-cache");
    if (!asset.gzip.empty() || !asset.brotli.empty()) answer.headers.emplace_back("Vary", "Accept-Encoding");
    if (holds(request.header("if-none-match"), tag)) {
        answer.status = 304;
        return answer;
    }
    const std::string_view accepted = request.header("accept-encoding");
    answer.static_body = asset.raw;
    if (!asset.brotli.empty() && accepts_coding(accepted, "br")) {
        answer.static_body = asset.brotli;
        answer.headers.emplace_back("Content-Encoding", "br");
    } else if (!asset.gzip.empty() && accepts_coding(accepted, "gzip")) {
        answer.static_body = asset.gzip;
        answer.headers.emplace_back("Content-Encoding", "gzip");
    }
    return answer;
}

}  // namespace yuanliu::http
