"""The words that say what a RUN step is for: cheap commands, downloads, shells (M21, M22)."""

from __future__ import annotations

from hardener.fast.patterns import regex

#: the label of a download, and of anything that is not known to be cheap or a package manager
FETCH, WORK = "fetch", "work"
#: the label of the package managers of distributions
SYSTEM = "packages"

#: Cheap commands that arrange files, users and settings, and do the same at every build.
SIMPLE = frozenset(
    """
    : [ [[ a2disconf a2dismod a2dissite a2enconf a2enmod a2ensite addgroup adduser alias alternatives arch awk basename
    break cat cd chage chfn chgrp chmod chown chpasswd chsh cmp command continue cp crontab cut date dd declare delgroup
    deluser diff dircolors dirname dos2unix du echo egrep eval exec exit expand export expr false fc-cache fgrep file
    find fold gawk getconf getent getopts grep groupadd groupdel groupmod groups gunzip gzip hash head hostname id
    install join ldconfig ldd let ln local locale locale-gen localedef ls md5sum mkdir mkfifo mknod mktemp mv newaliases
    nl nproc od openssl passwd paste patch phpdismod phpenmod popd printenv printf pushd pwd read readlink realpath
    rename return rev rm rmdir sed select-editor seq set setcap setfacl sh-syntax sha1sum sha256sum sha512sum shift
    shopt shred sleep sort split ssh-keygen ssh-keyscan stat strings stty sync sysctl tac tail tar tee test time touch
    tr trap true truncate tty type typeset ulimit umask uname unexpand uniq unlink unlzma unset unxz unzip
    update-alternatives update-ca-certificates update-ca-trust update-locale update-rc.d useradd userdel usermod
    vigr vipw visudo wc which who whoami xz yes zcat
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: those of them that run what they are given
RUNNERS = frozenset(("awk", "command", "eval", "exec", "find", "gawk", "time", "trap"))
#: downloads
FETCHERS = frozenset("aria2c axel curl ftp git gsutil hg lftp rsync scp sftp svn wget".split())  # noqa: SIM905
#: those of the list above that only set themselves up with these words
LOCAL_WORDS = {"git": frozenset({"config", "init", "lfs"})}
SHELLS = frozenset("ash bash dash sh".split())  # noqa: SIM905
REPOSITORY = regex(r"/etc/(apt|apk|yum\.repos\.d|yum\.conf|zypp|pki|pacman)|/usr/share/keyrings|\.gpg\b")
SETUP_SCRIPT = regex(r"(deb|rpm)\.nodesource\.com/setup|script\.(deb|rpm)\.sh|/setup\.(deb|rpm)\.sh")
PYTHON = regex(r"(python|pypy)[\d.]*\Z")
VERSIONED = regex(r"(pip|easy_install|python|pypy)-?[\d.]+\Z")
