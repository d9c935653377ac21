package org.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millrace.Hub;
import org.millrace.HubOptions;

/** Two hubs on one journal would each lose what the other writes: the second does not start, and says why. */
class SecondHubFault {
    @TempDir
    Path folder;

    @Test
    void aSecondHubOnTheSameDataFolderIsRefusedAndTheFirstGoesOn() throws Exception {
        Path home = folder.resolve("home");
        Homes.write(home, "connectors-config/hub.yaml", "kind: Hub\n");
        HubOptions options = new HubOptions(home, folder.resolve("data"), Map.of(), OptionalInt.of(0));
        try (Hub first = Hub.start(options)) {
            assertThatThrownBy(() -> Hub.start(options).close())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(folder.resolve("data").toString())
                    .hasMessageContaining("in use by another hub (process "
                            + ProcessHandle.current().pid())
                    .hasMessageContaining("--data");

            first.summary(1);
        }
        assertThatCode(() -> Hub.start(options).close()).doesNotThrowAnyException();
    }
}
