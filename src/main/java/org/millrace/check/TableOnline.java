package org.millrace.check;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.millrace.config.ConfigFolder;
import org.millrace.config.DidYouMean;
import org.millrace.config.Problem;
import org.millrace.plant.AssetFile;
import org.millrace.source.file.FileSourceFile;
import org.millrace.source.file.FolderInquiry;
import org.millrace.source.sql.DatabaseInquiry;
import org.millrace.source.sql.SqlSourceFile;

/** Compares file and SQL sources, and the tags that come from them, with the columns there are. Warnings only. */
final class TableOnline {
    private final ConfigFolder.Config config;
    private final List<Problem> problems = new ArrayList<>();

    private TableOnline(ConfigFolder.Config config) {
        this.config = config;
    }

    static List<Problem> problems(Path home, ConfigFolder.Config config, UnaryOperator<String> secrets) {
        TableOnline online = new TableOnline(config);
        for (FileSourceFile file : config.all(FileSourceFile.class)) {
            FolderInquiry.Answer answer = FolderInquiry.ask(file, home.resolve(file.folder()));
            online.told(file, answer.key(), answer.trouble(), answer.hint());
            online.fields(file.id(), answer.fields());
        }
        for (SqlSourceFile file : config.all(SqlSourceFile.class)) {
            DatabaseInquiry.Answer answer = DatabaseInquiry.ask(file, secrets);
            online.told(file, answer.key(), answer.trouble(), answer.hint());
            online.fields(file.id(), answer.fields());
        }
        return online.problems;
    }

    private void told(Record file, String key, String trouble, String hint) {
        if (!trouble.isEmpty()) {
            problems.add(config.positions().of(file, key).warning(trouble, hint));
        }
    }

    private void fields(String source, List<String> fields) {
        if (fields.isEmpty()) {
            return; // nothing to compare with: the rows name the signals, or there are none yet
        }
        for (AssetFile asset : config.all(AssetFile.class)) {
            asset.tags().values().stream()
                    .filter(tag -> tag.from().filter(source::equals).isPresent())
                    .forEach(tag -> tag.field()
                            .filter(field -> !fields.contains(field))
                            .ifPresent(field -> problems.add(config.positions()
                                    .of(tag, "field")
                                    .warning("there is no column '" + field + "'", DidYouMean.hint(field, fields)))));
        }
    }
}
