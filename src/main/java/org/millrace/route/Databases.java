package org.millrace.route;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/**
 * The databases of the home folder, each with its pool. What a route holds stays the same object when a file changes: the
 * next connection is of the new address. Nothing is connected before a route asks. Safe from any thread.
 */
public final class Databases implements AutoCloseable {
    private static final long PATIENCE_MILLIS = 5_000;

    private record Pool(DatabaseFile file, HikariDataSource source) {}

    private final UnaryOperator<String> secrets;
    private final Map<String, Pool> pools = new ConcurrentHashMap<>();

    /** @param secrets reads a reference; asked for every new connection */
    public Databases(List<DatabaseFile> files, UnaryOperator<String> secrets) {
        this.secrets = secrets;
        change(files);
    }

    /** Databases that came or changed; those that went stay until {@link #keep}, because routes may still name them. */
    public synchronized void change(List<DatabaseFile> files) {
        for (DatabaseFile file : files) {
            Pool before = pools.get(file.id());
            if (before == null || !before.file().equals(file)) {
                pools.put(file.id(), new Pool(file, open(file)));
                if (before != null) {
                    before.source().close();
                }
            }
        }
    }

    /** Closes what is not among the files any more. */
    public synchronized void keep(List<DatabaseFile> files) {
        List<String> ids = files.stream().map(DatabaseFile::id).toList();
        for (String id : List.copyOf(pools.keySet())) {
            if (!ids.contains(id)) {
                Pool gone = pools.remove(id);
                if (gone != null) {
                    gone.source().close();
                }
            }
        }
    }

    /** What {@code jdbc:<id>} uses: the pool that is there at each call. */
    public DataSource source(String id) {
        return (DataSource) Proxy.newProxyInstance(
                DataSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    Pool pool = pools.get(id);
                    if (pool == null) {
                        throw new SQLException("there is no database '" + id + "' any more");
                    }
                    try {
                        return method.invoke(pool.source(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                });
    }

    public List<String> ids() {
        return pools.keySet().stream().sorted().toList();
    }

    private HikariDataSource open(DatabaseFile file) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(file.url());
        config.setPoolName("database-" + file.id());
        config.setMaximumPoolSize(file.connections());
        config.setMinimumIdle(0);
        config.setConnectionTimeout(PATIENCE_MILLIS);
        config.setInitializationFailTimeout(-1); // a database that is away does not stop the hub
        config.setCredentialsProvider(new HikariCredentialsProvider() {
            @Override
            public Credentials getCredentials() {
                return Credentials.of(
                        file.user().isEmpty() ? null : file.user(),
                        file.password().map(secret -> secret.reveal(secrets)).orElse(null));
            }
        });
        return new HikariDataSource(config);
    }

    @Override
    public synchronized void close() {
        pools.values().forEach(pool -> pool.source().close());
        pools.clear();
    }
}
