package org.millrace.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.millrace.config.ConfigFolder;
import org.millrace.config.Position;
import org.millrace.config.Problem;
import org.millrace.connector.DocumentFolderFile;
import org.millrace.connector.rest.ErpConnectorCheck;
import org.millrace.connector.rest.ErpConnectorFile;
import org.millrace.erp.ProductionCompiler;
import org.millrace.erp.ProductionFile;
import org.millrace.kpi.OeeFile;
import org.millrace.kpi.OeeSpec;
import org.millrace.route.DatabaseCheck;
import org.millrace.route.DatabaseFile;

/** Everything a home folder says of the ERP, checked across files. */
final class ErpCheck {
    /** Names that routes find in Camel's registry beside databases. */
    private static final Set<String> HUBS_OWN = Set.of("historian");

    private final ConfigFolder.Config config;
    private final List<Problem> problems = new ArrayList<>();

    ErpCheck(ConfigFolder.Config config) {
        this.config = config;
    }

    List<Problem> problems() {
        return problems;
    }

    /** Ids that {@code hub:erp/} may name. */
    Set<String> systems() {
        Set<String> ids = new HashSet<>();
        for (ErpConnectorFile file : config.all(ErpConnectorFile.class)) {
            problems.addAll(ErpConnectorCheck.problems(file, config.positions()));
            unique(ids, file.id(), config.positions().of(file, "id"));
        }
        for (DocumentFolderFile file : config.all(DocumentFolderFile.class)) {
            Position at = config.positions().of(file, "id");
            if (!file.id().matches("[a-z][a-z0-9-]*")) {
                problems.add(at.error(
                        "'" + file.id() + "' is not an id", "small letters, digits and hyphens, e.g. mes-folder"));
            }
            if (file.path().isBlank()) {
                problems.add(config.positions().of(file, "path").error("no folder", "e.g. /srv/mes/in"));
            }
            unique(ids, file.id(), at);
        }
        return ids;
    }

    private void unique(Set<String> ids, String id, Position at) {
        if (!ids.add(id)) {
            problems.add(at.error("a second ERP system has the id '" + id + "'", "give it an id of its own"));
        }
    }

    /** Ids that {@code jdbc:} may name beside the historian. */
    Set<String> databases() {
        List<DatabaseFile> files = config.all(DatabaseFile.class);
        problems.addAll(DatabaseCheck.problems(files, HUBS_OWN, config.positions()));
        return files.stream().map(DatabaseFile::id).collect(Collectors.toSet());
    }

    Configuration.Erp compiled(List<OeeSpec> oee) {
        Set<String> oeeIds = config.all(OeeFile.class).stream().map(OeeFile::id).collect(Collectors.toSet());
        ProductionCompiler.Compiled production =
                ProductionCompiler.compile(config.all(ProductionFile.class), oee, oeeIds, config.positions());
        problems.addAll(production.problems());
        return new Configuration.Erp(
                production.specs(),
                config.all(ErpConnectorFile.class),
                config.all(DocumentFolderFile.class),
                config.all(DatabaseFile.class));
    }
}
