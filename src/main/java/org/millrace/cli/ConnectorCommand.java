package org.millrace.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.millrace.check.Configuration;
import org.millrace.check.HomeFolder;
import org.millrace.config.Placeholders;
import org.millrace.config.Problem;
import org.millrace.connector.rest.Catalogue;
import org.millrace.connector.rest.ConnectorFile;
import org.millrace.connector.rest.ErpCatalogue;
import org.millrace.connector.rest.ErpConnectorFile;
import org.millrace.connector.rest.JdkTransport;
import org.millrace.connector.rest.Probe;
import org.millrace.connector.rest.Recording;
import org.millrace.connector.rest.RestConnector;
import org.millrace.connector.rest.RestDocuments;
import org.millrace.connector.rest.Transport;
import org.millrace.security.Secrets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "connector",
        description = "Connectors to work-order systems: those shipped, a new file of one, and a trial of one.",
        mixinStandardHelpOptions = true,
        subcommands = {ConnectorCommand.ListAll.class, ConnectorCommand.Init.class, ConnectorCommand.Trial.class})
final class ConnectorCommand implements Callable<Integer> {
    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return 2;
    }

    @Command(
            name = "list",
            description = "The connectors of the home folder, and those that init writes.",
            mixinStandardHelpOptions = true)
    static final class ListAll implements Callable<Integer> {
        @Mixin
        HomeOptions home = new HomeOptions();

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("ID", "TITLE", "WHERE"));
            Configuration configuration = HomeFolder.read(home.resolve(), Placeholders.ofProcess());
            for (ConnectorFile file : configuration.connectors()) {
                rows.add(List.of(file.id(), file.title(), file.baseUrl()));
            }
            for (ErpConnectorFile file : configuration.erp().connectors()) {
                rows.add(List.of(file.id(), file.title(), file.baseUrl()));
            }
            for (String id : Catalogue.ids()) {
                if (configuration.connectors().stream()
                        .noneMatch(file -> file.id().equals(id))) {
                    rows.add(List.of(id, Catalogue.title(id), "shipped: hub connector init " + id));
                }
            }
            for (String id : ErpCatalogue.ids()) {
                if (configuration.erp().connectors().stream()
                        .noneMatch(file -> file.id().equals(id))) {
                    rows.add(List.of(id, ErpCatalogue.title(id), "shipped: hub connector init " + id));
                }
            }
            spec.commandLine().getOut().print(Terminal.table(rows));
            return 0;
        }
    }

    @Command(
            name = "init",
            description =
                    "Writes a shipped connector to connectors-config/cmms/ID.yaml (or erp/ID.yaml), to be fitted to the plant.",
            mixinStandardHelpOptions = true)
    static final class Init implements Callable<Integer> {
        @Parameters(paramLabel = "ID", description = "As hub connector list shows it.")
        String id = "";

        @Mixin
        HomeOptions home = new HomeOptions();

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            String text = Catalogue.text(id)
                    .or(() -> ErpCatalogue.text(id))
                    .orElseThrow(() -> new IllegalArgumentException("no connector '" + id + "' is shipped; hint: "
                            + String.join(", ", Catalogue.ids()) + ", " + String.join(", ", ErpCatalogue.ids())));
            Path folder = home.resolve()
                    .resolve(ErpCatalogue.ids().contains(id) ? "connectors-config/erp" : "connectors-config/cmms");
            Path file = folder.resolve(id + ".yaml");
            Files.createDirectories(folder);
            try {
                Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                throw new IllegalArgumentException(file + " is there already; hint: it is left as it is", e);
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println(file);
            out.println("next: docs/connectors/" + id + ".md says what to set, then hub connector test " + id);
            return 0;
        }
    }

    @Command(
            name = "test",
            description = "Logs in, finds and asks for changes; creates and changes nothing.",
            mixinStandardHelpOptions = true,
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:every step went well", "1:a step failed, or the file has errors", "2:usage"})
    static final class Trial implements Callable<Integer> {
        @Parameters(paramLabel = "ID", description = "Id of a connector of the home folder.")
        String id = "";

        @Option(
                names = "--record",
                paramLabel = "FILE",
                description = "Write the conversation, without secrets, in the form of the connectors' test cases.")
        @Nullable
        Path record;

        @Mixin
        HomeOptions home = new HomeOptions();

        @Spec
        CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() throws Exception {
            Path folder = home.resolve();
            Optional<ErpConnectorFile> erp =
                    HomeFolder.read(folder, Placeholders.ofProcess()).erp().connectors().stream()
                            .filter(file -> file.id().equals(id))
                            .findFirst();
            if (erp.isPresent()) {
                return tryErp(folder, erp.get());
            }
            Optional<ConnectorFile> found = connector(folder);
            if (found.isEmpty()) {
                return 1;
            }
            ConnectorFile file = found.get();
            Transport http = new JdkTransport(JdkTransport.client(file.connection(), folder), file.connection());
            Recording recording = new Recording(http);
            RestConnector connector = RestConnector.of(file, Secrets.of(folder), recording, Clock.systemUTC());
            List<Probe.Step> steps = new Probe(connector, System::nanoTime).run();
            print(file.id(), file.baseUrl(), steps);
            if (record != null) {
                write(record, recording.yaml(connector::redact));
            }
            return steps.stream().allMatch(Probe.Step::ok) ? 0 : 1;
        }

        private int tryErp(Path folder, ErpConnectorFile file) throws IOException {
            Transport http = new JdkTransport(JdkTransport.client(file.connection(), folder), file.connection());
            Recording recording = new Recording(http);
            RestDocuments client = RestDocuments.of(file, Secrets.of(folder), recording, Clock.systemUTC());
            List<Probe.Step> steps = Probe.documents(client, System::nanoTime);
            print(file.id(), file.baseUrl(), steps);
            if (record != null) {
                write(record, recording.yaml(client::redact));
            }
            return steps.stream().allMatch(Probe.Step::ok) ? 0 : 1;
        }

        /** Empty when it is not there or has errors, which are printed then. */
        private Optional<ConnectorFile> connector(Path folder) throws IOException {
            Configuration configuration = HomeFolder.read(folder, Placeholders.ofProcess());
            PrintWriter err = spec.commandLine().getErr();
            List<Problem> errors = configuration.problems().stream()
                    .filter(problem -> problem.severity() == Problem.Severity.ERROR)
                    .filter(problem -> problem.file().matches("connectors-config/(cmms|erp)/.*"))
                    .toList();
            if (!errors.isEmpty()) {
                errors.forEach(err::println);
                return Optional.empty();
            }
            Optional<ConnectorFile> found = configuration.connectors().stream()
                    .filter(file -> file.id().equals(id))
                    .findFirst();
            if (found.isEmpty()) {
                err.println("hub: " + folder + " has no connector '" + id + "'; hint: "
                        + (Catalogue.ids().contains(id) || ErpCatalogue.ids().contains(id)
                                ? "hub connector init " + id
                                : "hub connector list"));
            }
            return found;
        }

        private void print(String name, String address, List<Probe.Step> steps) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(name + " at " + address);
            for (Probe.Step step : steps) {
                out.printf(
                        Locale.ROOT,
                        "%-4s  %-32s %6d ms  %s%n",
                        step.ok() ? "ok" : "FAIL",
                        step.name(),
                        step.took().toMillis(),
                        step.said());
                if (!step.hint().isEmpty()) {
                    out.println("      hint: " + step.hint());
                }
            }
        }

        private void write(Path file, String text) throws IOException {
            Files.writeString(file, text);
            spec.commandLine().getOut().println("recorded: " + file);
        }
    }
}
