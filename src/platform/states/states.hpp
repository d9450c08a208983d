// Guarded states: which moves a thing can make, as data.
#pragma once

#include <initializer_list>
#include <utility>
#include <vector>

#include "platform/describe/record.hpp"

namespace yuanliu {

// A table of allowed moves between the values of a described enum. Made once, at namespace scope; immutable.
template <class State>
class StateTable {
 public:
    // `initial` is where things begin. Throws internal, at start-up, when some state can never be reached.
    StateTable(std::initializer_list<State> initial, std::initializer_list<std::pair<State, State>> moves)
        : moves_(moves) {
        std::vector<State> reached(initial);
        for (std::size_t i = 0; i < reached.size(); ++i)
            for (auto [from, to] : moves_)
                if (from == reached[i] && std::find(reached.begin(), reached.end(), to) == reached.end())
                    reached.push_back(to);
        if (reached.size() != detail::enum_choices<State>.size())
            throw internal("a state table leaves a state unreachable");
    }
    bool allows(State from, State to) const {
        return std::find(moves_.begin(), moves_.end(), std::pair(from, to)) != moves_.end();
    }
    // Throws conflict `state.not_allowed` (from, to) when there is no such move.
    void check(State from, State to) const {
        if (!allows(from, to))
            throw conflict("state.not_allowed",
                           {{"from", std::string(name_of(from))}, {"to", std::string(name_of(to))}});
    }
    const std::vector<std::pair<State, State>>& moves() const { return moves_; }

 private:
    std::vector<std::pair<State, State>> moves_;
};

}  // namespace yuanliu
