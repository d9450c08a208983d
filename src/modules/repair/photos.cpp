// Pictures of a fault. The bytes go to the file store before the transaction that speaks of them.
#include <algorithm>

#include "modules/repair/rules.hpp"
#include "platform/files/files.hpp"

namespace yuanliu::repair {
namespace {

constexpr std::string_view purpose = "repair.photo";

void require_room(Rx& rx, Id<Ticket> id, std::size_t more) {
    auto there = rx.value<std::int64_t>("SELECT count(*) FROM repair_photo WHERE ticket_id = ?", id);
    if (std::size_t(there) + more > photos_max)
        throw conflict("repair.too_many_photos", {{"max", std::to_string(photos_max)}});
}

void require_open(const Ticket& ticket) {
    if (closed(ticket.state)) throw conflict("repair.closed", {{"state", std::string(name_of(ticket.state))}});
}

}  // namespace

std::vector<PhotoView> add_photos(const Work& work, const Actor& actor, Id<Ticket> id, const Upload& upload) {
    if (upload.files.empty()) throw invalid_field("file", "repair.no_photo");
    // Asked before anything is written to the disk, and again in the transaction that counts.
    auto& db = work.database();
    db.read([&](Rx& rx) {
        require_open(visible(rx, actor, id));
        require_room(rx, id, upload.files.size());
    });
    auto& store = db.parts().get<files::FileStore>();
    std::vector<files::Stored> stored;
    for (const auto& file : upload.files) stored.push_back(store.store_from(file.path, file.filename, files::photos()));
    return work.write([&](Tx& tx) {
        Ticket ticket = locked(tx, actor, id);
        require_room(tx, id, stored.size());
        std::vector<PhotoView> out;
        for (std::size_t i = 0; i < stored.size(); ++i) {
            auto file = files::add(tx, stored[i], upload.files[i].filename, purpose, actor.user_id);
            Photo photo{{}, id, file.id, file.name.value, {}, tx.now()};
            if (actor.signed_in()) photo.created_by = actor.user_id;
            photo = tx.insert(std::move(photo));
            noted(tx, actor, ticket, Happening::photo_added, photo.name);
            out.push_back({photo.id, photo.name, photo.created_at});
        }
        ticket.updated_at = tx.now();
        tx.update(std::move(ticket));
        tx.subject("repair_ticket", id.value);
        return out;
    });
}

Content photo(Rx& rx, const Actor& actor, Id<Ticket> id, Id<Photo> photo_id) {
    visible(rx, actor, id);
    return files::content(rx, rx.one<Photo>("WHERE id = ? AND ticket_id = ?", photo_id, id).file_id);
}

}  // namespace yuanliu::repair
