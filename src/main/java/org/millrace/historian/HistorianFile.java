package org.millrace.historian;

import java.time.Duration;
import java.util.Optional;
import org.millrace.config.Default;
import org.millrace.config.Doc;
import org.millrace.config.Kind;
import org.millrace.config.Secret;

@Kind("Historian")
@Doc("Where values are kept. Without this file: SQLite in the data folder.")
public record HistorianFile(
        @Doc("jdbc:sqlite:<file> or jdbc:postgresql://host/db; empty = SQLite in the data folder.") @Default("")
        String url,

        @Doc("User of the database.") Optional<String> user,

        @Doc("By reference: {{file-secret:name}} or {{env:NAME}}.")
        Optional<Secret> password,

        @Doc("Most rows in one transaction.") @Default("10000")
        int batch,

        @Doc("Longest a value waits for its batch.") @Default("1s")
        Duration flushEvery) {}
