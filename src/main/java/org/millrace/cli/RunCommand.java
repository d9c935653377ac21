package org.millrace.cli;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.millrace.Hub;
import org.millrace.HubOptions;
import org.millrace.config.Problem;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "run",
        description = "Runs the hub on the configuration of a home folder until SIGTERM.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Mixin
    HomeOptions home = new HomeOptions();

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Folder for journal and stores (default: $MILLRACE_DATA, else data/ in the home folder).")
    @Nullable
    Path data;

    @Option(names = "--port", description = "Console port instead of the configured one; 0 = any free port.")
    @Nullable
    Integer port;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        Path folder = home.resolve();
        Hub hub;
        try {
            hub = Hub.start(new HubOptions(
                    folder,
                    DataOptions.resolve(data, () -> folder),
                    Map.of(),
                    port == null ? OptionalInt.empty() : OptionalInt.of(port)));
        } catch (Hub.BadConfigurationException e) {
            for (Problem problem : e.problems()) {
                spec.commandLine().getErr().println(problem);
            }
            spec.commandLine().getErr().println("hub: " + e.getMessage());
            return 1;
        }
        spec.commandLine().getOut().println("console " + hub.url());
        spec.commandLine().getOut().flush();
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("hub-shutdown").unstarted(() -> {
                    hub.close();
                    ended.countDown();
                }));
        ended.await();
        return 0;
    }
}
