package org.millrace.store;

/** How far each reader of production reports has come: the end of the last shift it has taken. */
public final class ProductionPlaces {
    private final Database database;

    ProductionPlaces(Database database) {
        this.database = database;
    }

    /**
     * End of the last shift taken, µs.
     *
     * @param otherwise where a reader begins that has no place yet; kept from then on
     */
    public long passed(String consumer, String report, long otherwise) {
        return database.write("read a place in the production reports", session -> {
            session.update(
                    "INSERT INTO production_place (consumer, report, passed) VALUES (?, ?, ?)"
                            + " ON CONFLICT (consumer, report) DO NOTHING",
                    consumer,
                    report,
                    otherwise);
            return session.number(
                    "SELECT passed FROM production_place WHERE consumer = ? AND report = ?", consumer, report);
        });
    }

    /** Durable on return; never goes back. */
    public void pass(String consumer, String report, long end) {
        database.write(
                "keep a place in the production reports",
                session -> session.update(
                        "INSERT INTO production_place (consumer, report, passed) VALUES (?, ?, ?)"
                                + " ON CONFLICT (consumer, report) DO UPDATE SET"
                                + " passed = max(production_place.passed, excluded.passed)",
                        consumer,
                        report,
                        end));
    }
}
