-- What happened to a unit stays as it was told, until the unit itself goes.
@append_only(units_timeline);
