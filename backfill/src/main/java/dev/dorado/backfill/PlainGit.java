package dev.dorado.backfill;

import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * Git without the settings of the machine and the user: reading needs none, and JGit would call the
 * program git for them, and measure how exact the file system's times are by writing into the
 * repository, which is only to be read. Thread-safe.
 */
final class PlainGit extends SystemReader.Delegate {

  private PlainGit(SystemReader system) {
    super(system);
  }

  /** From now on, in this process. Does nothing the second time. */
  static synchronized void use() {
    if (!(SystemReader.getInstance() instanceof PlainGit)) {
      SystemReader.setInstance(new PlainGit(SystemReader.getInstance()));
    }
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  /** Settings of which there are none, and which are kept nowhere. */
  private static final class Nothing extends FileBasedConfig {

    Nothing(Config parent, FS fs) {
      super(parent, null, fs);
    }

    /** Times of files are as exact as JGit takes them to be where it can't measure that. */
    @Override
    public long getTimeUnit(
        String section, String subsection, String name, long otherwise, TimeUnit unit) {
      return section.equals("filesystem") ? unit.convert(2, TimeUnit.SECONDS) : otherwise;
    }

    @Override
    public void load() {}

    @Override
    public void save() {}

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
