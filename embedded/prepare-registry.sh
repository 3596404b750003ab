#!/bin/sh
# prepare-registry.sh JAVA FOLDER ARCHIVE: removes the libraries of the unpacked registry that have a newer version in
# FOLDER/newer. Then starts the registry once and keeps its classes as this Java has read them (class data sharing), so that
# each later start takes half of the time. Quick when it is done; without the archive, all works as well.
set -eu
export LC_ALL=C
java=$1
folder=$2
archive=$3

# The same class path as in EmbeddedRegistry: an archive is for one class path.
class_path=$(echo "$folder"/*-runner.jar)
for newer in "$folder"/newer/*.jar; do
  class_path=$class_path:$newer
  library=$(basename "$newer" .jar | sed 's/-[0-9][^-]*$//')
  for old in "$folder/lib/$library"-[0-9]*.jar; do
    if [ -e "$old" ]; then
      rm "$old" && rm -f "$archive"
    fi
  done
done

[ ! -s "$archive" ] || exit 0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# The heap as in EmbeddedRegistry: an archive is for one size of references.
"$java" -Xmx256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "-XX:ArchiveClassesAtExit=$scratch/classes.jsa" \
  -Djava.util.logging.manager=org.jboss.logmanager.LogManager \
  -Dquarkus.http.host=127.0.0.1 -Dquarkus.http.port=0 \
  "-Dquarkus.datasource.jdbc.url=jdbc:h2:file:$scratch/database" \
  -cp "$class_path" io.quarkus.runner.GeneratedMain >"$scratch/log" 2>&1 &
registry=$!
tries=600
while [ $tries -gt 0 ] && kill -0 $registry 2>/dev/null && ! grep -q "Listening on" "$scratch/log"; do
  tries=$((tries - 1))
  sleep 0.1
done
kill $registry 2>/dev/null || true
wait $registry || true
if [ -s "$scratch/classes.jsa" ]; then
  mv "$scratch/classes.jsa" "$archive"
else
  echo "The registry's classes are not archived, so that it starts slower. The end of its log:"
  tail -n 5 "$scratch/log"
fi
