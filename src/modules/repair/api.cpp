#include "modules/repair/repair.hpp"

namespace yuanliu::repair {
namespace {

constexpr std::uint64_t photos_bytes = std::uint64_t(64) << 20;  // nine pictures of a phone, with room

}  // namespace

void routes(Routes& r) {
    r.module("repair");
    r.permission("repair.read", {UserType::staff, UserType::agent, UserType::customer});
    // What a customer may do with his own tickets, too: ask, agree, withdraw, send pictures.
    r.permission("repair.request", {UserType::staff, UserType::customer});
    r.permission("repair.write", {UserType::staff});

    r.get("/api/repair-records/", "repair.read", &list, "List repairs; agents and customers see those of their units");
    r.post("/api/repair-records/", "repair.request", &open, "Take a unit in for repair; customers file a request")
        .created();
    r.get("/api/repair-records/{id}/", "repair.read", &view, "One repair");
    r.put("/api/repair-records/{id}/", "repair.write", &change, "Change what the state of the repair leaves open");
    r.del("/api/repair-records/{id}/", "repair.write", &remove, "Delete a repair opened by mistake");
    r.get("/api/repair-records/{id}/history/", "repair.read", &history, "Everything that happened to a repair");
    r.post("/api/repair-records/{id}/receive/", "repair.write", &receive, "The requested unit has arrived");
    r.post("/api/repair-records/{id}/diagnose/", "repair.write", &diagnose, "Say what is wrong and who pays");
    r.post("/api/repair-records/{id}/quote/", "repair.write", &offer, "Say what the customer shall pay");
    r.post("/api/repair-records/{id}/approve/", "repair.request", &approve, "Agree to the quote, or to a free repair");
    r.post("/api/repair-records/{id}/start/", "repair.write", &start, "Begin the work");
    r.post("/api/repair-records/{id}/test/", "repair.write", &test, "Test passed or failed");
    r.post("/api/repair-records/{id}/return/", "repair.write", &give_back, "Give the mended unit back");
    r.post("/api/repair-records/{id}/replace/", "repair.write", &replace, "Give another unit in its place");
    r.post("/api/repair-records/{id}/reject/", "repair.write", &reject,
           "Refuse the repair; the unit goes back as it is");
    r.post("/api/repair-records/{id}/cancel/", "repair.request", &cancel, "Withdraw a repair before work begins");
    r.post("/api/repair-records/{id}/complete_repair/", "repair.write", &complete,
           "All that remains to the return, at once");
    r.post("/api/repair-records/{id}/photos/", "repair.request", &add_photos, "Add pictures")
        .created()
        .body_limit(photos_bytes);
    r.get("/api/repair-records/{id}/photos/{photo_id}/", "repair.read", &photo, "One picture").answers("image/*");
}

}  // namespace yuanliu::repair
