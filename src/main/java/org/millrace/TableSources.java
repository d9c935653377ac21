package org.millrace;

import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.millrace.check.Configuration;
import org.millrace.journal.Journal;
import org.millrace.journal.Ledger;
import org.millrace.plant.Tag;
import org.millrace.source.Places;
import org.millrace.source.Source;
import org.millrace.source.SourceBatch;
import org.millrace.source.file.FileSource;
import org.millrace.source.file.FileSourceFile;
import org.millrace.source.file.LineDecoder;
import org.millrace.source.sql.RowDecoder;
import org.millrace.source.sql.SqlSource;
import org.millrace.source.sql.SqlSourceFile;
import org.millrace.source.table.RowMapping;
import org.millrace.store.OperationalStore;

/** Sources that read rows and keep a place: their place is in the operational store, what was received in the journal. */
record TableSources(Path home, Journal journal, OperationalStore store, UnaryOperator<String> secrets, Clock clock) {

    Source of(FileSourceFile file, List<Tag> tags) {
        return new FileSource(file, home.resolve(file.folder()), numeric(tags), places(file.id()), clock);
    }

    Source of(SqlSourceFile file, List<Tag> tags) {
        return new SqlSource(file, numeric(tags), secrets, places(file.id()), clock);
    }

    private Places places(String source) {
        return new Places(source, new StoredMemory(store, source), () -> counted(source));
    }

    private Places.Counted counted(String source) {
        Ledger.SourceAccount account = journal.ledger().sources().get(source);
        return account == null ? new Places.Counted(0, 0) : new Places.Counted(account.received(), account.replayed());
    }

    /** A field of which one tag wants numbers. */
    private static RowMapping.Numeric numeric(List<Tag> tags) {
        Map<String, Set<String>> fields = new HashMap<>();
        tags.stream()
                .filter(Tag::isNumeric)
                .forEach(tag -> fields.computeIfAbsent(tag.origin().device(), d -> new HashSet<>())
                        .add(tag.origin().field()));
        return (device, field) -> fields.getOrDefault(device, Set.of()).contains(field);
    }

    /** What a dead letter of such a source is read as; empty for other sources. */
    static Optional<SourceBatch.Payload> letter(
            Configuration configuration, String source, String place, byte[] bytes, long hubTime) {
        if (configuration.files().stream().anyMatch(file -> file.id().equals(source))) {
            return Optional.of(new SourceBatch.Payload(place, bytes, LineDecoder.FORMAT, Map.of(), hubTime));
        }
        return configuration.sql().stream().anyMatch(file -> file.id().equals(source))
                ? Optional.of(new SourceBatch.Payload(place, bytes, RowDecoder.FORMAT, Map.of(), hubTime))
                : Optional.empty();
    }

    /** Reads such a dead letter again; empty for those of other sources. */
    static Optional<SourceBatch.Readings> replay(Configuration configuration, SourceBatch.Payloads letters) {
        RowMapping.Numeric numeric =
                numeric(configuration.plant().tagsOf(letters.source()).toList());
        Optional<SourceBatch.Readings> lines = configuration.files().stream()
                .filter(file -> file.id().equals(letters.source()))
                .findFirst()
                .map(file -> LineDecoder.replay(file, letters, numeric));
        return lines.or(() -> configuration.sql().stream()
                .filter(file -> file.id().equals(letters.source()))
                .findFirst()
                .map(file -> RowDecoder.replay(file, letters, numeric)));
    }
}
