;;; harden.el --- harden in Emacs with eglot (built in from Emacs 29)  -*- lexical-binding: t; -*-
;; Load it from init.el.
(require 'eglot)

(defvar harden-command '("harden" "lsp")
  "The command that starts the language server.")

(add-to-list 'eglot-server-programs (cons '(dockerfile-mode dockerfile-ts-mode) harden-command))

(defun harden-format-on-save ()
  "Make the safe changes of harden before a Dockerfile is saved."
  (add-hook 'before-save-hook #'harden--format nil t))

(defun harden--format ()
  "Format with eglot where it manages this buffer."
  (when (and (fboundp 'eglot-managed-p) (eglot-managed-p))
    (eglot-format-buffer)))

(dolist (hook '(dockerfile-mode-hook dockerfile-ts-mode-hook))
  (add-hook hook #'eglot-ensure)
  (add-hook hook #'harden-format-on-save))

(provide 'harden)
;;; harden.el ends here
